// Sending and receiving: messages, which have boundaries, and bytes.
#ifndef TRANSFER_H
#define TRANSFER_H

#include <stddef.h>
#include <sys/types.h>

// The longest message that is kept whole.
#define MESSAGE_MAX 255

ssize_t receive_message(int sock, char *buf, size_t size);
int send_all(int sock, const char *buf, size_t len);
int echo_lines(int client);

#endif
