# Builds the reference of one lab: the files here, laid over those of the lab
# that have no gap. The lab's own Makefile is read, too, and includes this file
# a second time: for the rules.
ifndef lab
lab := $(notdir $(CURDIR))
vpath %.c ../../labs/$(lab)
vpath %.h ../../labs/$(lab)
INCLUDES = -I../../labs/$(lab)
include ../../labs/$(lab)/Makefile
else
include ../../labs/lab.mk
endif
