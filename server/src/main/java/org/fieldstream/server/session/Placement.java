package org.fieldstream.server.session;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.kernels.machine.MachineKind;
import org.fieldstream.kernels.machine.MachineLineup;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.theory.Target;
import org.jspecify.annotations.Nullable;

/**
 * Which machine serves a model at a target: the first of the lineup, until it fails there; then the
 * next. A stream has one kind of machine from its first configuration to its last, so a move is for
 * streams that have not begun. Safe for use by several threads.
 */
public final class Placement {
  /** Moves remembered; a forgotten one is found out again. */
  private static final int MOST = 1024;

  private final MachineLineup lineup;
  private final LinkedHashMap<ModelAt, Machine> moved =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ModelAt, Machine> eldest) {
          return size() > MOST;
        }
      };

  /** Everything on the first machine; the lineup is closed by whoever opened it. */
  public Placement(MachineLineup lineup) {
    this.lineup = lineup;
  }

  /** The machine of a model that nothing else is known of. */
  public Machine first() {
    return lineup.first();
  }

  /** The kind of machine that a new stream of a model at a target is made on. */
  public MachineKind kind(Model model, Target target) {
    return of(ModelAt.of(model, target)).kind();
  }

  /**
   * The kind of machine that a model is served from, in lower case as {@code --machine} has it; for
   * a model of many targets that of a target nothing is known of.
   */
  public String name(Model model) {
    Target target = model.target();
    MachineKind kind = target == null ? lineup.first().kind() : kind(model, target);
    return kind.name().toLowerCase(Locale.ROOT);
  }

  synchronized Machine of(ModelAt key) {
    Machine machine = moved.get(key);
    return machine == null ? lineup.first() : machine;
  }

  /**
   * Moves a model on after a machine failed it; may take seconds.
   *
   * @return the machine that serves it from now on; null if there is none
   */
  @Nullable Machine moveOn(ModelAt key, Machine failed) {
    Machine current = of(key);
    if (current != failed) {
      // Another stream of it has been there already.
      return current;
    }
    Machine next = lineup.after(failed);
    if (next != null) {
      synchronized (this) {
        moved.put(key, next);
      }
    }
    return next;
  }
}
