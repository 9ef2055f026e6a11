#!/bin/sh
# Cargo calls this instead of rustc. Symbols, and with them the order of functions, depend on
# `-C metadata`, which Cargo derives from absolute paths, such as that of a path dependency. Here it
# becomes the package's name, version and kind of source, so a guest's folder has no effect. Nor has
# it on the paths in messages, which AVER_REMAP shortens (a line each, `from=to`); given here and not
# by RUSTFLAGS, they don't keep guests that share a target folder from sharing their libraries.
rustc=$1
shift
case " $* " in
*" --target "*) ;;
*) exec "$rustc" "$@" ;;
esac
case "$CARGO_MANIFEST_DIR $*" in
*rustc-dep-of-std*) from=std ;;
*/registry/src/*" "*) from=registry ;;
*/git/checkouts/*" "*) from=git ;;
*) from=path ;;
esac
id="metadata=$CARGO_PKG_NAME-$CARGO_PKG_VERSION-$from-$CARGO_BIN_NAME"
left=$#
while [ "$left" -gt 0 ]; do
    argument=$1
    shift
    case $argument in
    metadata=*) argument=$id ;;
    esac
    set -- "$@" "$argument"
    left=$((left - 1))
done
IFS='
'
set -f
for map in $AVER_REMAP; do
    set -- "$@" "--remap-path-prefix=$map"
done
exec "$rustc" "$@"
