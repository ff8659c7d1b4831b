# rows.jsonl -> gradebook.csv (RFC 4180).
include "text";

(["key", "name", "id", "login", "email", "score", "max_score", "status", "late", "attempt",
	"problem", "notes", "level"] | @csv),
(.[] | [(.key, .name, .id, .login, .email | harmless), .score, .max_score, .status,
	(if .late then "late" else "" end), .attempt // .attempts, (.problem | harmless),
	(.notes | join("; ") | harmless), (.level | harmless)] | @csv)
