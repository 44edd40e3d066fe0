@echo off
rem The whole contributor manual: build.cmd test. For the other targets: build.cmd help
setlocal
cd /d "%~dp0"

where dotnet >nul 2>nul
if errorlevel 1 (
    echo TinyNano needs the .NET 10 SDK, see https://dotnet.microsoft.com/download 1>&2
    exit /b 1
)

dotnet run --project host-tools/build -- %*
exit /b %errorlevel%
