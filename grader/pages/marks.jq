# rows.jsonl -> a line for each mark, for fill.awk: score, system, id, login, email, name,
# key, separated by tabs.
def flat: tostring | gsub("[\\t\\n\\r]"; " ");
select(.score != null) | [(.score | tostring), .system, .id, .login, .email, .name, .key]
| map(flat) | join("\t")
