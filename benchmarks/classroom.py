"""A classroom on one machine: so many sessions that go a step each second, and five that train beside them.

    python -m benchmarks.classroom [--sessions 5 12 20 30] [--seconds 15] [--rounds 3] [--apart] [--tree FOLDER]

Starts the app of FOLDER, this one by default, on a free port of this machine and speaks its protocol to it, from the
same cores. A step is a press of →, as the view tells it; its time is from the press until the last message of the
answer. Who has no answer after a second waits for it and goes on: such steps are not done in time. Every count of
sessions has a server of its own. Prints medians over the rounds, with the load of the machine. Linux, since it looks
into /proc.
"""
import argparse
import asyncio
import os
import statistics
import time
from pathlib import Path

from benchmarks.step_time import Server
from tests.tabs import Tab

ROOT = Path(__file__).resolve().parents[1]
TRAINING = 5
EPOCHS = 100_000        # of each training: nobody comes to the end


def memory(server):
    """The resident memory of the server's process in MB."""
    lines = Path(f"/proc/{server.process.pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1024


async def opened(server, count, apart=False):
    """So many tabs, opened one after the other, at the same batch or each at one of its own."""
    tabs = [Tab(server.url, query=f"batch={n + 1}&i={n}" if apart else "") for n in range(count)]
    for tab in tabs:
        await tab.open()
    return tabs


async def stepping(tab, end, delay):
    """Press Next each second; return [seconds of each step] and how many there should have been."""
    await asyncio.sleep(delay)
    times, began, n = [], time.monotonic(), 0
    while (due := began + n) < end:
        await asyncio.sleep(max(0, due - time.monotonic()))
        times.append(await tab.next())
        n = max(n + 1, int(time.monotonic() - began) + (time.monotonic() - due > 1))
    return times, max(int(end - began), 1)


async def training(tab, end):
    """Look at a training as often as the page asks for it."""
    last = {}
    while time.monotonic() < end:
        for fragment, every in tab.due().items():
            if time.monotonic() - last.get(fragment, 0) >= every:
                last[fragment] = time.monotonic()
                await tab.run(fragment=fragment)
        await asyncio.sleep(0.05)


async def begin(tab):
    await tab.go("train")
    await tab.set("ui_epochs", double_value=EPOCHS)
    await tab.press("start")


async def lesson(server, count, trainings, seconds, apart):
    """Return {what: number} of one lesson."""
    before = memory(server)
    tabs, others = await opened(server, count, apart), await opened(server, trainings)
    await asyncio.gather(*(begin(tab) for tab in others))
    end = time.monotonic() + seconds
    found = await asyncio.gather(*(stepping(tab, end, n / count) for n, tab in enumerate(tabs)),
                                 *(training(tab, end) for tab in others))
    times = sorted(seconds for one, _ in found[:count] for seconds in one)
    asked = sum(should for _, should in found[:count])
    for tab in [*tabs, *others]:
        await tab.close()
    return {"p50": statistics.median(times), "p95": times[int(0.95 * (len(times) - 1))],
            "done": min(len(times) / asked, 1), "memory": (memory(server) - before) / (count + trainings)}


def measured(tree, count, trainings, seconds, apart):
    with Server(tree / "streamlit_app.py", tree, os.environ | {"OPENBLAS_NUM_THREADS": "1"}) as server:
        async def all_of_it():
            first = await opened(server, 1)     # what is made once is made now
            for _ in range(3):
                await first[0].next()
            await first[0].close()
            return await lesson(server, count, trainings, seconds, apart)
        return asyncio.run(all_of_it())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sessions", nargs="+", type=int, default=[5, 12, 20, 30])
    parser.add_argument("--trainings", nargs="+", type=int, default=[0, TRAINING])
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--apart", action="store_true", help="each session walks a batch of its own: nothing is shared")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--tree", type=Path, default=ROOT)
    asked = parser.parse_args()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; medians of {asked.rounds} rounds", flush=True)
    print("sessions  training  p50 ms  p95 ms  done  MB a session   load")
    for trainings in asked.trainings:
        for count in asked.sessions:
            rounds = [measured(asked.tree.resolve(), count, trainings, asked.seconds, asked.apart)
                      for _ in range(asked.rounds)]
            middle = {name: statistics.median(one[name] for one in rounds) for name in rounds[0]}
            print(f"{count:8}  {trainings:8}  {1000 * middle['p50']:6.0f}  {1000 * middle['p95']:6.0f}  "
                  f"{middle['done']:4.0%}  {middle['memory']:12.1f}  {os.getloadavg()[0]:5.1f}", flush=True)


if __name__ == "__main__":
    main()
