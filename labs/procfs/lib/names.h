/*
 * Prints a name: the byte \, and those that a terminal obeys, as \ooo.
 */
void put_name(const char *name);
