package org.fieldstream.server.theory;

import java.util.List;
import java.util.Map;
import org.fieldstream.monitoring.alarms.Sectors;

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
   * Observables that have to move between sectors for a Markov chain to be trusted, with what of
   * them labels the sector: the sign of a magnetisation, a topological charge.
   *
   * @return by names of {@link #observables()}; none where the theory has no sectors
   */
  default Map<String, Sectors> sectors() {
    return Map.of();
  }

  /** What {@link #pictured} gives, in a word or two. */
  default String picture() {
    return "field";
  }

  /**
   * The value of a site for people to look at: the first component, or what is gauge invariant in a
   * gauge theory.
   *
   * @param fields configurations {@code [n][components][L0]...}, C order; not modified
   * @param offset index of the first value of the configuration
   * @param site index of the site, C order
   */
  default double pictured(float[] fields, int offset, int site) {
    return fields[offset + site];
  }

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
