# Builds the reference of one lab: the files here, laid over those of the lab
# that have no gap. The lab's own Makefile is read, too, and includes this file
# a second time: for the rules.
ifndef lab
lab := $(notdir $(CURDIR))
FILES := ../../labs/$(lab)
vpath %.c $(FILES)
vpath %.h $(FILES)
INCLUDES = -I$(FILES)
include $(FILES)/Makefile
else
include ../../labs/lab.mk
endif
