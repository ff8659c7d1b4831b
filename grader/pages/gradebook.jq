# rows.jsonl -> gradebook.csv (RFC 4180).

# harmless: what a spreadsheet would take for a formula is text
def harmless:
	tostring | gsub("[\\p{Cc}\\p{Cf}]"; " ") | if test("^[=+@\\-]") then "'" + . else . end;

(["key", "name", "id", "login", "email", "score", "max_score", "status", "late", "attempts",
	"problem", "notes", "level"] | @csv),
(.[] | [(.key, .name, .id, .login, .email | harmless), .score, .max_score, .status,
	(if .late then "late" else "" end), .attempts, (.problem | harmless),
	(.notes | join("; ") | harmless), .level] | @csv)
