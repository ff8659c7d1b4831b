#include "draw.h"
void svg_draw(FILE *out, const struct style *style) { (void)out; (void)style; }
