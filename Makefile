# The IPC lab kit. `make` alone says what to do next; `make help`, what there is.
# (Scripts are called by bash: a zip file may have lost that they are programs.)

LABS := $(shell cut -f1 labs/list)
TREE = labs

.PHONY: start help next watch hint progress setup grade clean explain trace reset handin $(LABS)

start:
	@bash grader/learn/front-page

help:
	@bash grader/learn/front-page -a

next:
	@bash grader/learn/next

watch:
	@bash grader/learn/watch $(if $(LOOK),-l) $(LAB)

hint:
	@bash grader/learn/hint $(if $(GAP),-g '$(GAP)') $(LAB)

progress:
	@bash grader/learn/progress

setup:
	@bash grader/setup

# On a terminal, less than full marks is no error of make's: it has graded. A script
# sees it by the status.
graded = || { test $$? = 1 && test -t 1; }
$(LABS):
	@bash grader/grade -k $@ $(graded)

grade:
	@bash grader/grade -t '$(TREE)' $(if $(filter labs,$(TREE)),-k) $(LAB) $(graded)

explain:
	@bash grader/learn/explain $(LAB)

# As it was typed: neither make nor the shell touches what is in RUN.
quoted = '$(subst ','\'',$(value $(1)))'
trace:
	@bash grader/trace/trace -t '$(TREE)' $(if $(ASCII),-a) $(if $(SVG),-o $(call quoted,SVG)) \
		$(if $(FAIL),-f $(call quoted,FAIL)) \
		-- $(call quoted,LAB) $(call quoted,RUN)

reset:
	@bash grader/learn/reset $(LAB)

handin:
	@bash grader/learn/handin $(LAB)

clean:
	@rm -rf .build .results/*.json .results/learn
	@for lab in $(LABS); do \
		$(MAKE) -s -C labs/$$lab clean; \
		test ! -d solutions || $(MAKE) -s -C solutions/$$lab clean; \
	done

.DEFAULT:
	@echo "no such lab or target: $@ (labs/list names the labs, make help the targets)" >&2; exit 2

# A copy without the references has none of these targets: they need them.
ifneq ($(wildcard solutions),)
.PHONY: compare demo lab check starters book test audit bench dist bundle
compare:
	@bash grader/learn/compare $(LAB)

demo:
	@bash solutions/demo

lab:
	@bash grader/author/new-lab $(if $(AFTER),-a '$(AFTER)') '$(NAME)'

check:
	@bash grader/check $(if $(M),-m '$(M)') '$(LAB)'

starters:
	@bash solutions/starters $(LAB)

book:
	@bash handouts/book/make

test:
	@bash grader/tests/run

audit:
	@bash grader/audit $(LAB)

bench:
	@bash grader/bench $(if $(KEEP),-k)

dist:
	@bash grader/bundle/dist .build/dist/ipc-lab-kit.tar.gz

bundle:
	@bash grader/bundle/bundle '$(FOR)' '$(LAB)' \
		'.build/dist/$(LAB)-$(FOR)$(if $(filter gradescope,$(FOR)),.zip,$(if $(filter autolab,$(FOR)),.tar,.tar.gz))'
else
compare demo lab check starters book test audit bench dist bundle:
	@echo "make $@ needs solutions/, which this copy does not have" >&2; exit 2
endif
