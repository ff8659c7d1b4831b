mkdir box; echo the plan >box/plan; ./vault box sock >log & until grep -qs ready log; do :; done; ./fetch sock plan; ./snapshot sock plan; ./fetch sock ../log || echo "exit status $?"; kill $!; wait
