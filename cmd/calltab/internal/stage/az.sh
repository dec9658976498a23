#!/bin/sh
# The sandbox's stand-in for the Azure CLI. It knows the commands of setup.md and refuses others, says on the standard
# error what it was asked for, and changes nothing.
echo "az, as the sandbox: $*" >&2
case "$*" in
"account show "*) echo "the sandbox's subscription" ;;
"ad app create "*) echo "$SANDBOX_APP" ;;
"ad app credential reset "*"--query password"*) echo "$SANDBOX_SECRET" ;;
"ad sp show "*"--query appRoles"*) echo c0ffee00-0000-4000-8000-000000000001 ;;
"ad sp show "*"--query id"*) echo c0ffee00-0000-4000-8000-000000000002 ;;
"login "* | "group create "* | "ad app credential reset "* | "ad app federated-credential create "*) ;;
"ad sp create "* | "ad sp show "* | "bot create "* | "bot msteams create "* | "rest "*) ;;
*)
	echo "The sandbox's az does not know that." >&2
	exit 2
	;;
esac
