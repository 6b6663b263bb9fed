package org.fieldstream.kernels.bench;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What was done, which JMH turns into rates. */
@AuxCounters
@State(Scope.Thread)
public class Rates {
  /** Floating-point operations, in units of 10^9. */
  public double gflop;

  /** Lattice sites of all lanes, in units of 10^9. */
  public double gsite;

  /** CPU-seconds of the whole process. */
  public double cpu;

  /** Starts an iteration. */
  @Setup(Level.Iteration)
  public void reset() {
    gflop = 0;
    gsite = 0;
    cpu = 0;
  }
}
