# rows.jsonl -> a line for each mark, for fill.awk: score, system, id, login, email, name,
# key, separated by tabs; no score where the grader failed.
def flat: tostring | gsub("[\\t\\n\\r]"; " ");
[(.score // "" | tostring), .system, .id, .login, .email, .name, .key]
| map(flat) | join("\t")
