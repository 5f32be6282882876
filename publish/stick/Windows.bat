@echo off
where py >nul 2>nul && (py "%~dp0install.py" %*) || (python "%~dp0install.py" %*)
pause
