# A copy of the kit for a test.

# copy_build DIR: what is built here is built there, too. (Other tests build meanwhile:
# what they are about to rename may be gone.)
copy_build() { [ ! -d .build ] || cp -r .build "$1/" 2>/dev/null || true; }
