# The folder is still its student's, who exchanges the source for a link to a
# secret, and back, all the time: what is looked at must be what is copied.
#
# Lab: hello
# Expect: OK WRONG BUILD CRASH
# Marks: any
# Seconds: 30

cat >"$1/secret.txt" <<'END'
#error "breach: the secret was compiled"
END
mkdir -p /tmp/elsewhere
mv "$1/secret.txt" /tmp/elsewhere/secret.c
chmod -R a+rX /tmp/elsewhere
cp "$1/hello.c" "$1/good.c"
ln -s /tmp/elsewhere/secret.c "$1/bad.c"
(
	cd "$1"
	while [[ -e good.c || -e bad.c ]]; do
		ln -f good.c new.c && mv -fT new.c hello.c
		cp -P bad.c new.c && mv -fT new.c hello.c
	done
) >/dev/null 2>&1 </dev/null &
