./bank /kit-demo run 4 2 1000; ./bank /kit-demo crash half || true; ./bank /kit-demo audit; ./bank /kit-demo pay 0 1 60; ./bank /kit-demo audit; ./bank /kit-demo remove
