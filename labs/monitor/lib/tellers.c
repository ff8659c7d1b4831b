/*
 * The tellers of a bank, its auditor, and what reads arguments.
 */
#define _GNU_SOURCE
#include "bank.h"
#include <err.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int
number(const char *what, const char *text, int min, int max)
{
	size_t digits = strspn(text, "0123456789");
	long n;

	errno = 0;
	n = strtol(text, NULL, 10);
	if (digits == 0 || text[digits] != '\0' || errno != 0 || n < min ||
	    n > max)
		errx(2, "%s: not a number from %d to %d: '%s'", what, min, max,
		     text);
	return (int)n;
}

/* Ends the program if `error` is an error number. */
void
check(int error, const char *what)
{
	if (error != 0)
		errx(1, "%s: %s", what, strerror(error));
}

/* Returns the sum of all balances, and prints them if it is asked to. */
long
audit(struct bank *bank, int print)
{
	long sum = 0, balance[ACCOUNTS];

	check(monitor_enter(bank), "enter");
	for (int i = 0; i < ACCOUNTS; i++)
		sum += balance[i] = bank->balance[i];
	check(pthread_mutex_unlock(&bank->lock), "leave");
	for (int i = 0; print && i < ACCOUNTS; i++)
		printf("%ld ", balance[i]);
	return sum;
}

/* Looks so often, while the tellers work. */
static void
watch(struct bank *bank, int times)
{
	for (long sum; times > 0; times--)
		if ((sum = audit(bank, 0)) != TOTAL)
			errx(1, "auditor: sum %ld, not %d", sum, TOTAL);
}

/*
 * Each of the tellers at each account pays AMOUNT into the next one, again and
 * again. As all pay equally often, somebody always can.
 */
int
run(struct bank *bank, int accounts, int tellers, int transfers)
{
	pid_t child[ACCOUNTS * TELLERS_MAX + 1] = { 0 }, pid;
	int n = accounts * tellers, status, failed = 0;

	for (int i = 0; i <= n; i++) {
		child[i] = fork();
		if (child[i] == -1) {
			warn("fork");
			failed = 1;
			while (--i >= 0)
				kill(child[i], SIGKILL);
			break;
		}
		if (child[i] > 0)
			continue;
		if (i == n)
			watch(bank, transfers);
		for (int k = 0; i < n && k < transfers; k++)
			check(transfer(bank, i % accounts, (i + 1) % accounts,
				       AMOUNT),
			      "transfer");
		_exit(0);
	}
	while ((pid = wait(&status)) != -1 || errno == EINTR) {
		for (int i = 0; i <= n; i++)
			if (child[i] == pid)
				child[i] = 0;
		if (pid == -1 || status == 0)
			continue;
		if (!failed && WIFSIGNALED(status))
			warnx("a teller was killed by signal %d",
			      WTERMSIG(status));
		// The others might wait for its money for ever.
		for (int i = 0; !failed && i <= n; i++)
			if (child[i] > 0)
				kill(child[i], SIGKILL);
		failed = 1;
	}
	if (!failed)
		printf("%d tellers, %d transfers each, sum %ld\n", n, transfers,
		       audit(bank, 0));
	return failed;
}
