mkdir spool; seq 3 >list; ./submit spool list; ./submit spool spoold; ./spoold -q spool; cat spool/out/000001
mkdir spool; echo pears >list; ./spoold spool & ./submit spool list; until [ -e spool/done/000001 ]; do :; done; kill $!; wait
