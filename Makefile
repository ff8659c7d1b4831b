# The IPC lab kit. `make` alone says what there is and what to do next.

LABS := $(shell cut -f1 labs/list)
TREE = labs

.PHONY: help setup grade clean explain reset $(LABS)

help:
	@grader/lib/front-page

setup:
	@grader/setup

$(LABS):
	@grader/grade -o .results $@

grade:
	@grader/grade -t '$(TREE)' $(if $(filter labs,$(TREE)),-o .results) $(LAB)

explain:
	@grader/lib/explain $(LAB)

reset:
	@grader/lib/reset $(LAB)

clean:
	@rm -rf .build .results
	@for lab in $(LABS); do \
		$(MAKE) -s -C labs/$$lab clean; \
		test ! -d solutions || $(MAKE) -s -C solutions/$$lab clean; \
	done

.DEFAULT:
	@echo "no such lab or target: $@ (labs: $(LABS))" >&2; exit 2

# A copy without the references has none of these targets: they need them.
ifneq ($(wildcard solutions),)
.PHONY: demo lab check starters test audit
demo:
	@solutions/demo

lab:
	@grader/author/new-lab $(if $(AFTER),-a '$(AFTER)') '$(NAME)'

check:
	@grader/check $(if $(M),-m '$(M)') '$(LAB)'

starters:
	@solutions/starters $(LAB)

test:
	@grader/tests/run

audit:
	@grader/audit $(LAB)
endif
