package org.fieldstream.server.generator.chain;

import java.util.Optional;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.server.theory.Dynamics;
import org.fieldstream.server.theory.Phi4;
import org.fieldstream.server.theory.Winding;

/** What is done between the steps of a chain. */
enum Between {
  /** Nothing. */
  NOTHING("", Dynamics.class) {
    @Override
    int floats(Dynamics theory) {
      return 0;
    }

    @Override
    Optional<Move> open(Dynamics theory, long[] seeds, Machine machine) {
      return Optional.empty();
    }
  },
  /** Clusters take new signs, see {@link SignClusters}. */
  SIGN_CLUSTERS("sign clusters", Phi4.class) {
    @Override
    int floats(Dynamics theory) {
      return ClusterMove.floats((Phi4) theory);
    }

    @Override
    Optional<Move> open(Dynamics theory, long[] seeds, Machine machine) {
      return Optional.of(new ClusterMove((Phi4) theory, seeds, machine));
    }
  },
  /** Neighbouring sectors are proposed, see {@link SectorMove}. */
  SECTORS("sectors", Winding.class) {
    @Override
    int floats(Dynamics theory) {
      return SectorMove.floats();
    }

    @Override
    Optional<Move> open(Dynamics theory, long[] seeds, Machine machine) {
      return Optional.of(new SectorMove((Winding) theory, seeds, machine));
    }
  };

  private final String title;
  private final Class<? extends Dynamics> needs;

  Between(String title, Class<? extends Dynamics> needs) {
    this.title = title;
    this.needs = needs;
  }

  /** Part of the algorithm's fingerprint. */
  String title() {
    return title;
  }

  /** What a theory must be able to do. */
  Class<? extends Dynamics> needs() {
    return needs;
  }

  /** Floats held for each value of a chain's field, rounded up. */
  abstract int floats(Dynamics theory);

  /**
   * The move, if there is one.
   *
   * @param theory one that can do what is needed
   * @param seeds key of each chain's random numbers
   */
  abstract Optional<Move> open(Dynamics theory, long[] seeds, Machine machine);
}
