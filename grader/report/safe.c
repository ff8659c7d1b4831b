/*
 * Text that may come from a student's program or folder, made safe: for a
 * terminal, and for a shell.
 */
#include "result.h"

#include <stdio.h>
#include <string.h>

/* Length of the UTF-8 sequence at `s`, or 0 if there is none. */
int
utf8_length(const unsigned char *s)
{
	int n = s[0] < 0x80		       ? 1
		: s[0] >= 0xc2 && s[0] <= 0xdf ? 2
		: s[0] >= 0xe0 && s[0] <= 0xef ? 3
		: s[0] >= 0xf0 && s[0] <= 0xf4 ? 4
					       : 0;

	for (int i = 1; i < n; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	/* Overlong forms, surrogates, and beyond U+10FFFF. */
	if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
	    (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
		return 0;
	return n;
}

/* The character of that sequence. */
unsigned long
utf8_value(const unsigned char *s, int n)
{
	unsigned long c = n == 1   ? s[0]
			  : n == 2 ? s[0] & 0x1f
			  : n == 3 ? s[0] & 0x0f
				   : s[0] & 0x07;

	for (int i = 1; i < n; i++)
		c = c << 6 | (s[i] & 0x3f);
	return c;
}

/*
 * Characters that a terminal obeys or that a reader cannot see: controls, C1
 * among them; marks of writing direction; spaces without width.
 */
int
is_hidden(unsigned long c)
{
	static const unsigned long ranges[][2] = {
		{ 0x00, 0x1f },	    { 0x7f, 0x9f },	  { 0xad, 0xad },
		{ 0x61c, 0x61c },   { 0x180e, 0x180e },	  { 0x200b, 0x200f },
		{ 0x2028, 0x202e }, { 0x2060, 0x206f },	  { 0xfeff, 0xfeff },
		{ 0xfff9, 0xfffb }, { 0xe0000, 0xe007f },
	};

	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (c >= ranges[i][0] && c <= ranges[i][1])
			return 1;
	return 0;
}

/* Prints `length` bytes; what is hidden, or no character, as its number. */
void
put_safe(const char *text, size_t length)
{
	const unsigned char *s = (const unsigned char *)text;

	for (size_t i = 0; i < length;) {
		int n = utf8_length(s + i);
		unsigned long c;

		if (n == 0 || (size_t)n > length - i) {
			printf("\\x%02x", s[i++]);
			continue;
		}
		c = utf8_value(s + i, n);
		if (c == '\t' || !is_hidden(c))
			fwrite(s + i, 1, (size_t)n, stdout);
		else if (n == 1)
			printf("\\x%02x", s[i]);
		else
			printf(c > 0xffff ? "\\U%08lx" : "\\u%04lx", c);
		i += (size_t)n;
	}
}

/*
 * Appends a word to a command for bash, which takes it as it is: bare if it
 * needs no quotes; with $'...' if it has something hidden, so that the command
 * is safe to print, too. Returns the new length, at most `size` - 1.
 */
size_t
add_quoted(char *text, size_t used, size_t size, const char *word)
{
	static const char bare[] = "abcdefghijklmnopqrstuvwxyz0123456789"
				   "ABCDEFGHIJKLMNOPQRSTUVWXYZ_./+:,@%-=";
	const unsigned char *s = (const unsigned char *)word;
	int hidden = 0;

	for (size_t i = 0; s[i] != '\0';) {
		int n = utf8_length(s + i);

		hidden |= n == 0 || is_hidden(utf8_value(s + i, n));
		i += n == 0 ? 1 : (size_t)n;
	}
	if (*word != '\0' && word[strspn(word, bare)] == '\0')
		return used +
		       (size_t)snprintf(text + used, size - used, "%s", word);
	used += (size_t)snprintf(text + used, size - used, "%s'",
				 hidden ? "$" : "");
	for (; *s != '\0' && used + 8 < size; s++) {
		if (hidden && (*s < 0x20 || *s >= 0x7f))
			used += (size_t)snprintf(text + used, size - used,
						 "\\%03o", *s);
		else if (hidden && (*s == '\'' || *s == '\\'))
			used += (size_t)snprintf(text + used, size - used,
						 "\\%c", *s);
		else if (*s == '\'')
			used +=
			    (size_t)snprintf(text + used, size - used, "'\\''");
		else
			text[used++] = (char)*s;
	}
	return used + (size_t)snprintf(text + used, size - used, "'");
}
