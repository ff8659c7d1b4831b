/*
 * A bank with eight accounts, in shared memory.
 *
 *	./bank NAME run ACCOUNTS TELLERS TRANSFERS
 *	./bank NAME pay FROM TO AMOUNT | audit | hold | crash half|owed | remove
 *
 * Look at: `hold` in one terminal, `audit` in another; then kill -9 the first.
 */
#define _GNU_SOURCE
#include "bank.h"
#include <err.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static struct bank *bank;

/* Maps the bank `name`; all processes make it as long as it must be. */
static void
open_bank(const char *name, int flags)
{
	int fd = shm_open(name, O_RDWR | O_CREAT | flags, 0600);

	if (fd == -1 || ftruncate(fd, sizeof(*bank)) == -1)
		err(1, "%s", name);
	bank = mmap(NULL, sizeof(*bank), PROT_READ | PROT_WRITE, MAP_SHARED, fd,
		    0);
	if (bank == MAP_FAILED)
		err(1, "%s", name);
	close(fd);
	check(monitor_start(bank), "start");
}

/* Stays inside until the end of the input. */
static void
hold(void)
{
	check(monitor_enter(bank), "enter");
	printf("inside\n");
	fflush(stdout);
	while (getchar() != EOF)
		;
	check(pthread_mutex_unlock(&bank->lock), "leave");
	printf("outside\n");
}

/* Dies inside: a payment of account 0 is half done, or done and not told. */
static void
crash(int half)
{
	check(monitor_enter(bank), "enter");
	if (half) {
		bank->note.from = 0;
		bank->note.to = 1;
		bank->note.from_had = bank->balance[0];
		bank->note.to_had = bank->balance[1];
		bank->note.valid = 1;
		bank->balance[0] -= AMOUNT;
		pthread_cond_broadcast(&bank->more);
	} else {
		bank->balance[1] -= AMOUNT;
		bank->balance[0] += AMOUNT;
	}
	raise(SIGKILL);
}

int
main(int argc, char *argv[])
{
	const char *name = argc < 3 ? "" : argv[1];
	const char *command = argc < 3 ? "" : argv[2];
	char **arg = argv + 3;
	int failed = 0;

	if (argc == 6 && strcmp(command, "run") == 0) {
		int accounts = number("ACCOUNTS", arg[0], 2, ACCOUNTS);
		int tellers = number("TELLERS", arg[1], 1, TELLERS_MAX);
		int times = number("TRANSFERS", arg[2], 1, TRANSFERS_MAX);

		open_bank(name, O_EXCL);
		failed = run(bank, accounts, tellers, times);
	} else if (argc == 6 && strcmp(command, "pay") == 0) {
		int from = number("FROM", arg[0], 0, ACCOUNTS - 1);
		int to = number("TO", arg[1], 0, ACCOUNTS - 1);
		int amount = number("AMOUNT", arg[2], 1, TOTAL);

		if (from == to)
			errx(2, "FROM and TO are the same");
		open_bank(name, 0);
		check(transfer(bank, from, to, amount), "transfer");
		printf("paid\n");
	} else if (argc == 3 && strcmp(command, "audit") == 0) {
		open_bank(name, 0);
		printf("sum %ld\n", audit(bank, 1));
	} else if (argc == 3 && strcmp(command, "hold") == 0) {
		open_bank(name, 0);
		hold();
	} else if (argc == 4 && strcmp(command, "crash") == 0 &&
		   (strcmp(arg[0], "half") == 0 ||
		    strcmp(arg[0], "owed") == 0)) {
		open_bank(name, 0);
		crash(arg[0][0] == 'h');
	} else if (argc == 3 && strcmp(command, "remove") == 0) {
		if (shm_unlink(name) == -1)
			err(1, "%s", name);
		printf("removed\n");
	} else {
		errx(2, "usage: bank NAME run ACCOUNTS TELLERS TRANSFERS | "
			"pay FROM TO AMOUNT | audit | hold | "
			"crash half|owed | remove");
	}
	if (fflush(stdout) == EOF || ferror(stdout))
		err(1, "standard output");
	return failed;
}
