package org.fieldstream.server.certify;

import java.util.List;
import org.fieldstream.server.theory.Dynamics;
import org.fieldstream.server.theory.Phi4;
import org.fieldstream.server.theory.U1;

/**
 * What a theory can be tested by, configuration by configuration: numbers whose mean over exp(-S)
 * is 0, and observables whose mean an exact kernel leaves as it is. The next theory is one more of
 * these.
 *
 * <p>Not thread-safe: scratch arrays.
 */
interface Probes {
  /** What a number of mean 0 says. */
  enum Kind {
    /** A Schwinger-Dyson identity. */
    SCHWINGER_DYSON,
    /** A symmetry that flips signs of observables: a chain may be stuck in one sector. */
    SECTOR,
    /** A symmetry of the lattice. */
    SYMMETRY,
    /** A charge that is an integer: 0 in every configuration, not only in the mean. */
    CHARGE
  }

  /**
   * One test, of one number or several together.
   *
   * @param name short, for tables and the wire
   * @param statement what holds, in a formula
   * @param kind what it says
   * @param first position of its first number
   * @param count how many numbers are tested together
   */
  record Probe(String name, String statement, Kind kind, int first, int count) {}

  /** Names of the theories that have some. */
  List<String> THEORIES = List.of(Phi4.NAME, U1.NAME);

  /**
   * The tests of a theory.
   *
   * @param theory one of {@link #THEORIES}
   */
  static Probes of(Dynamics theory) {
    if (theory instanceof U1 u1) {
      return new U1Probes(u1);
    }
    if (theory instanceof Phi4 phi4) {
      return new Phi4Probes(phi4);
    }
    throw new IllegalArgumentException(
        "theory: " + theory.name() + " (expected: one of " + THEORIES + ")");
  }

  /** The tests. */
  List<Probe> probes();

  /** How many numbers there are. */
  int numbers();

  /**
   * The numbers of a configuration; of mean 0 over exp(-S).
   *
   * @param fields configurations; not modified
   * @param offset first value of the configuration
   * @param into receives {@link #numbers()} values; modified
   */
  void measure(float[] fields, int offset, double[] into);

  /** Names of the observables whose drift is tested one by one. */
  List<String> observables();

  /**
   * The number that labels the sector which an observable sees: where that does not move, the
   * observable's drift decides nothing.
   *
   * @param observable its position
   * @return the number's position; -1 where the observable sees none
   */
  default int sectorOf(int observable) {
    return -1;
  }

  /** Names of more of them, whose drifts are tested together. */
  List<String> operators();

  /**
   * The observables of a configuration, then the operators.
   *
   * @param fields configurations; not modified
   * @param offset first value of the configuration
   * @param action S of the configuration
   * @param into receives a value each; modified
   */
  void observe(float[] fields, int offset, double action, double[] into);
}
