package org.fieldstream.server.theory;

import java.util.List;
import java.util.Map;

/** A lattice theory at fixed lattice and couplings, as seen by what streams and measures it. */
public interface Theory {
  /** Theory name, for example {@code phi4}. */
  String name();

  /** Lattice extents, slowest first. */
  List<Integer> extents();

  /** Field components per site. */
  int components();

  /** Couplings by name. */
  Map<String, Double> couplings();

  /**
   * S of one configuration, in double.
   *
   * @param fields configurations {@code [n][components][L0]...}, C order; not modified
   * @param offset index of the first value of the configuration
   */
  double action(float[] fields, int offset);

  /**
   * S of one configuration that is given in double.
   *
   * @param fields configurations {@code [n][components][L0]...}, C order; not modified
   * @param offset index of the first value of the configuration
   */
  double action(double[] fields, int offset);

  /** Names of the per-configuration observables, in the order of {@link #observe}. */
  List<String> observables();

  /**
   * Per-configuration observables, in double.
   *
   * @param fields configurations {@code [n][components][L0]...}, C order; not modified
   * @param offset index of the first value of the configuration to measure
   * @param action S of that configuration
   * @param into receives one value per observable; modified
   */
  void observe(float[] fields, int offset, double action, double[] into);
}
