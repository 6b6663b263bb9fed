package org.fieldstream.server.verify;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import org.fieldstream.server.theory.Theory;

/** The observables that some quantities need, configuration by configuration; grows. */
final class Series {
  private final List<String> names;
  private final int[] positions;
  private final double[] all;
  private double[][] values;
  private int length;

  Series(Theory theory, Collection<Quantity> quantities) {
    TreeSet<String> wanted = new TreeSet<>();
    quantities.forEach(q -> wanted.addAll(q.observables()));
    names = List.copyOf(wanted);
    positions = names.stream().mapToInt(theory.observables()::indexOf).toArray();
    all = new double[theory.observables().size()];
    values = new double[names.size()][256];
  }

  /** Measures a configuration; see {@link Theory#observe}. */
  void add(Theory theory, float[] fields, int offset, double action) {
    theory.observe(fields, offset, action, all);
    grow();
    for (int o = 0; o < values.length; o++) {
      values[o][length] = all[positions[o]];
    }
    length++;
  }

  /** Adds the means over another series of the same observables, not an empty one. */
  void addMean(Series other) {
    grow();
    for (int o = 0; o < values.length; o++) {
      double sum = 0;
      for (int i = 0; i < other.length; i++) {
        sum += other.values[o][i];
      }
      values[o][length] = sum / other.length;
    }
    length++;
  }

  /** Forgets all. */
  void clear() {
    length = 0;
  }

  private void grow() {
    if (length == values[0].length) {
      for (int o = 0; o < values.length; o++) {
        values[o] = Arrays.copyOf(values[o], 2 * length);
      }
    }
  }

  int length() {
    return length;
  }

  /** The observables of a quantity, {@code [observable][configuration]}; copies. */
  double[][] of(Quantity quantity) {
    double[][] chosen = new double[quantity.observables().size()][];
    for (int o = 0; o < chosen.length; o++) {
      chosen[o] = Arrays.copyOf(values[names.indexOf(quantity.observables().get(o))], length);
    }
    return chosen;
  }
}
