package org.fieldstream.kernels.machine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The machines to compute on, in the order in which they are tried. The first is open from the
 * start; the others are opened when one before them fails at a program, and none is taken without a
 * word in the log. A machine asked for by name is a lineup of one: there is no next. Safe for use
 * by several threads.
 */
public final class MachineLineup implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MachineLineup.class);

  private final Deque<Map.Entry<String, Supplier<Machine>>> candidates;
  private final List<Machine> opened = new ArrayList<>();
  private final StringBuilder reasons = new StringBuilder();

  private MachineLineup(Map<String, Supplier<Machine>> candidates) {
    this.candidates = new ArrayDeque<>(candidates.entrySet());
  }

  /** One machine and no other; closed with the lineup. */
  public static MachineLineup only(Machine machine) {
    MachineLineup lineup = new MachineLineup(Map.of());
    lineup.opened.add(machine);
    return lineup;
  }

  /**
   * Candidates by name, in order; each is opened, and proves itself on a small program, when it is
   * its turn.
   *
   * @throws MachineException if none of them can be had, with all reasons
   */
  public static MachineLineup of(Map<String, Supplier<Machine>> candidates) {
    MachineLineup lineup = new MachineLineup(candidates);
    if (lineup.openNext() == null) {
      throw new MachineException("machine: none is to be had" + lineup.reasons);
    }
    return lineup;
  }

  /** The machine to take first. */
  public synchronized Machine first() {
    return opened.get(0);
  }

  /**
   * The machine to take after one that failed. May take seconds: it may have to be opened.
   *
   * @param failed a machine of this lineup
   * @return the next that can be had; null if there is none
   */
  public synchronized @Nullable Machine after(Machine failed) {
    int next = opened.indexOf(failed) + 1;
    if (next == 0) {
      throw new IllegalArgumentException(
          "failed: " + failed.describe() + " (expected: a machine of this lineup)");
    }
    return next < opened.size() ? opened.get(next) : openNext();
  }

  private @Nullable Machine openNext() {
    Map.Entry<String, Supplier<Machine>> candidate;
    while ((candidate = candidates.poll()) != null) {
      try {
        Machine machine = Machines.tested(candidate.getValue().get());
        LOG.info("machine {}: {}", candidate.getKey(), machine.describe());
        opened.add(machine);
        return machine;
      } catch (MachineException e) {
        LOG.warn(
            "machine {} is not to be had, taking the next: {}", candidate.getKey(), e.getMessage());
        reasons.append("; ").append(candidate.getKey()).append(": ").append(e.getMessage());
      }
    }
    return null;
  }

  /** Closes every machine that was opened. */
  @Override
  public synchronized void close() {
    candidates.clear();
    opened.forEach(Machine::close);
  }
}
