@echo off
rem Runs the command line that build.cmd build leaves in artifacts\cli.
setlocal
set "app=%~dp0artifacts\cli\tinynano.dll"

if not exist "%app%" (
    echo tinynano is not built yet: run build.cmd build first 1>&2
    exit /b 1
)

dotnet "%app%" %*
exit /b %errorlevel%
