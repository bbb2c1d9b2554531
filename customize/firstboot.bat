@echo off
rem Run each script once, in the order of their names.  What they say goes to log.txt.
setlocal EnableDelayedExpansion
set firstboot=%~dp0
set log=%firstboot%log.txt
set scripts=%firstboot%scripts
set scripts_done=%firstboot%scripts-done
if not exist "%scripts_done%" mkdir "%scripts_done%"
for %%f in ("%scripts%\*.bat") do (
  echo === Running %%~nxf ===>>"%log%"
  move /y "%%f" "%scripts_done%\" >nul
  pushd "%scripts_done%"
  call "%%~nxf" >>"%log%" 2>&1
  echo === %%~nxf: !errorlevel! ===>>"%log%"
  popd
)
sc delete guestfs-firstboot >>"%log%" 2>&1
