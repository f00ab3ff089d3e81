# Makes the box a process runs in, and runs it there. Arguments: uid for the process (0: the worker's own), folder to build in, the
# worker's node, name of the code's file, size of the working folder in bytes, bytes of data and number of processes and files it may have.
# Descriptor 3 brings the launcher, 4 the code; the launcher tells 5 that it is ready when nothing is left to do but to run the code.
set -eu
umask 022
uid=$1 root=$2 node=$3 name=$4 space=$5 data=$6 processes=$7 files=$8

mount -t tmpfs -o mode=0755,size=4m,nosuid box "$root"
cd "$root"
mkdir usr dev proc etc code work old opt
: >opt/node

# Installed programs, read only. On most systems /bin, /lib and the like lead into /usr.
bind() {
  mount --bind "$1" "$2"
  mount -o remount,bind,ro,nosuid,nodev "$2"
}
bind /usr usr
for place in bin sbin lib lib32 lib64 libx32; do
  if [ -L "/$place" ]; then ln -s "$(readlink "/$place")" "$place"; elif [ -d "/$place" ]; then mkdir "$place" && bind "/$place" "$place"; fi
done
if [ -d /etc/alternatives ]; then mkdir etc/alternatives && bind /etc/alternatives etc/alternatives; fi
if [ -e /etc/ld.so.cache ]; then : >etc/ld.so.cache && bind /etc/ld.so.cache etc/ld.so.cache; fi
bind "$node" opt/node
for device in null zero full random urandom; do
  : >"dev/$device"
  mount --bind "/dev/$device" "dev/$device"
done
ln -s /proc/self/fd dev/fd
ln -s /proc/self/fd/0 dev/stdin
ln -s /proc/self/fd/1 dev/stdout
ln -s /proc/self/fd/2 dev/stderr
ln -s work tmp
cat <&3 >code/launch
cat <&4 >"code/$name"
chmod 0444 code/launch "code/$name"
exec 3<&- 4<&-
mount -t proc -o nosuid,nodev,noexec proc proc
hostname box || :
mount -t tmpfs -o "mode=0700,size=$space,nr_inodes=10000,nosuid,nodev,uid=$uid,gid=$uid" work work

pivot_root . old
cd /work
umount -l /old
rmdir /old
mount -o remount,bind,ro,nosuid,nodev /

drop=
if [ "$uid" != 0 ]; then drop="setpriv --reuid $uid --regid $uid --clear-groups"; fi
# A user namespace of its own, in which no further namespace can be made; then no capability and no way back to one.
code=0
$drop unshare --user --map-root-user sh -c '
  set -eu
  for kind in user mnt pid net ipc uts cgroup time; do
    limit=/proc/sys/user/max_${kind}_namespaces
    if [ -e "$limit" ]; then echo 0 >"$limit"; fi
  done
  exec prlimit --data="$1" --nproc="$2" --nofile="$3" --fsize="$4" --core=0 \
    setpriv --bounding-set=-all --inh-caps=-all --no-new-privs sh /code/launch
' sh "$data" "$processes" "$files" "$space" || code=$?
# Everything the process left behind ends with this shell, the first process of its namespace.
exit "$code"
