# Gives a program two descriptors of a terminal, talks to it, and hangs up. Not as its standard streams:
# Node.js cannot end when those are terminals that are gone.
import os, pty, subprocess, sys, tty

master, slave = pty.openpty()
tty.setraw(slave)
ends = (slave, os.dup(slave))
child = subprocess.Popen([*sys.argv[1:], *map(str, ends)], stdin=subprocess.DEVNULL, pass_fds=ends)
for end in ends:
    os.close(end)
os.write(master, b'hello\n')
received = b''
while not received.endswith(b'HELLO\n'):
    received += os.read(master, 100)
print(received.decode(), end='', flush=True)
os.close(master)
sys.exit(child.wait())
