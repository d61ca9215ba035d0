@echo off
setlocal
set "root=%~dp0.."
if exist "%root%\app.asar" (
  set ELECTRON_RUN_AS_NODE=1
  "%root%\..\Coxswain.exe" "%root%\app.asar\out\main\cox.js" %*
  exit /b
)
set "program=%root%\out\main\cox.js"
if not exist "%program%" (
  echo cox: not built yet. Next: run `npm start` in "%root%" once. 1>&2
  exit /b 1
)
set "node=%root%\node_modules\node\bin\node.exe"
if not exist "%node%" set "node=node"
"%node%" "%program%" %*
