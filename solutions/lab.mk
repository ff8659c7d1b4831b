# The references build as the labs do.
include ../../labs/lab.mk
