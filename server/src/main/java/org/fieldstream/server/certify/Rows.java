package org.fieldstream.server.certify;

import java.util.Arrays;
import java.util.List;

/**
 * What was measured, configuration by configuration; grows. Columns: the probes' numbers; for each
 * observable its value, its drift after one step, and its drift to the mean over the window; for
 * each operator the latter.
 */
final class Rows {
  private final int numbers;
  private final List<String> observables;
  private final double[][] columns;
  private int[] replica = new int[256];
  private long[] time = new long[256];
  private double[] logWeight = new double[256];
  private int size;

  Rows(Probes probes) {
    numbers = probes.numbers();
    observables = List.copyOf(probes.observables());
    columns = new double[numbers + 3 * observables.size() + probes.operators().size()][256];
  }

  /** Adds configurations; their columns are still to be set. */
  int add(ConfigurationSource.Part part) {
    int first = size;
    size += part.count();
    if (size > replica.length) {
      int room = Math.max(size, 2 * replica.length);
      replica = Arrays.copyOf(replica, room);
      time = Arrays.copyOf(time, room);
      logWeight = Arrays.copyOf(logWeight, room);
      for (int c = 0; c < columns.length; c++) {
        columns[c] = Arrays.copyOf(columns[c], room);
      }
    }
    System.arraycopy(part.replica(), 0, replica, first, part.count());
    System.arraycopy(part.time(), 0, time, first, part.count());
    System.arraycopy(part.logWeight(), 0, logWeight, first, part.count());
    return first;
  }

  /** Sets the numbers and the observables' values. */
  void measured(int row, double[] probed, double[] values) {
    for (int k = 0; k < numbers; k++) {
      columns[k][row] = probed[k];
    }
    for (int o = 0; o < observables.size(); o++) {
      columns[column(o)][row] = values[o];
    }
  }

  /** Sets the drifts after one step. */
  void stepped(int row, double[] before, double[] after) {
    for (int o = 0; o < observables.size(); o++) {
      columns[column(o) + 1][row] = after[o] - before[o];
    }
  }

  /** Sets the drifts to the window's means. */
  void moved(int row, double[] before, double[] mean) {
    for (int o = 0; o < observables.size(); o++) {
      columns[column(o) + 2][row] = mean[o] - before[o];
    }
    int first = numbers + 2 * observables.size();
    for (int o = observables.size(); o < mean.length; o++) {
      columns[first + o][row] = mean[o] - before[o];
    }
  }

  private int column(int observable) {
    return numbers + 3 * observable;
  }

  int size() {
    return size;
  }

  List<String> observables() {
    return observables;
  }

  /** Numbers of mean 0. */
  double[] number(int number) {
    return columns[number];
  }

  double[] values(int observable) {
    return columns[column(observable)];
  }

  double[] stepDrift(int observable) {
    return columns[column(observable) + 1];
  }

  double[] windowDrift(int observable) {
    return columns[column(observable) + 2];
  }

  /** Drifts of the operators to the window's means. */
  List<double[]> operatorDrifts() {
    return Arrays.asList(columns).subList(column(observables.size()), columns.length);
  }

  double logWeight(int row) {
    return logWeight[row];
  }

  int replica(int row) {
    return replica[row];
  }

  long time(int row) {
    return time[row];
  }
}
