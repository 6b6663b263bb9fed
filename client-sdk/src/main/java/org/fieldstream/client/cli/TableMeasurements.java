package org.fieldstream.client.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.fieldstream.v1.Measurement;
import org.jspecify.annotations.Nullable;

/**
 * A table: columns separated by commas, semicolons, tabs or blanks, a configuration a line; lines
 * that begin with # are comments.
 *
 * <p>A first line of words names the columns: {@code id} (or {@code configuration_id}), {@code
 * replica}, {@code series}, {@code log_weight}; the others are quantities, in any order. With a
 * {@code series} column, or one series named for all, they are the components of its values;
 * without, each is a series of its own name. Without such a line the first column is the id and the
 * rest are the components of the one series.
 */
final class TableMeasurements implements MeasurementReader {
  private static final Pattern NUMBER = Pattern.compile("[-+.0-9].*|(?i)nan|inf(inity)?");

  private final @Nullable String series;
  private final String prefix;
  private final int replica;
  private @Nullable Pattern separator;
  private int columns;
  private int id = -1;
  private int replicaColumn = -1;
  private int seriesColumn = -1;
  private int logWeight = -1;
  private final List<Integer> quantities = new ArrayList<>();
  private final List<String> names = new ArrayList<>();

  /**
   * A table.
   *
   * @param series the series of all lines; null where the table says
   * @param prefix put before names of series that are columns or in a column
   * @param replica where no column says
   */
  TableMeasurements(@Nullable String series, String prefix, int replica) {
    this.series = series;
    this.prefix = prefix;
    this.replica = replica;
  }

  @Override
  public List<Measurement> read(String line) {
    String content = line.strip();
    if (content.isEmpty() || content.startsWith("#")) {
      return List.of();
    }
    Pattern between = separator == null ? separator(content) : separator;
    List<String> cells = Arrays.stream(between.split(content, -1)).map(String::strip).toList();
    if (separator == null) {
      separator = between;
      columns = cells.size();
      if (!NUMBER.matcher(cells.get(0)).matches()) {
        header(cells);
        return List.of();
      }
      unnamed();
    }
    if (cells.size() != columns) {
      throw new IllegalArgumentException(
          "columns: " + cells.size() + " (expected: " + columns + ", as in the first line)");
    }
    return measurements(cells);
  }

  private static Pattern separator(String line) {
    for (String candidate : List.of(",", ";")) {
      if (line.contains(candidate)) {
        return Pattern.compile(candidate);
      }
    }
    return Pattern.compile("\\s+");
  }

  private void header(List<String> cells) {
    for (int c = 0; c < columns; c++) {
      String name = cells.get(c);
      switch (name.toLowerCase(Locale.ROOT)) {
        case "id", "configuration_id", "configuration" -> id = c;
        case "replica" -> replicaColumn = c;
        case "series" -> seriesColumn = c;
        case "log_weight" -> logWeight = c;
        default -> {
          quantities.add(c);
          names.add(name);
        }
      }
    }
    if (id < 0) {
      throw new IllegalArgumentException(
          "columns: " + String.join(", ", cells) + " (expected: one of them id)");
    }
    if (quantities.isEmpty()) {
      throw new IllegalArgumentException(
          "columns: " + String.join(", ", cells) + " (expected: also one of values)");
    }
    if (seriesColumn >= 0 && series != null) {
      throw new IllegalArgumentException(
          "series: a column, and " + series + " by --series (expected: one of the two)");
    }
  }

  private void unnamed() {
    if (series == null) {
      throw new IllegalArgumentException(
          "series: not named (expected: --series NAME, or a first line that names the columns)");
    }
    if (columns < 2) {
      throw new IllegalArgumentException("columns: 1 (expected: the id, then values)");
    }
    id = 0;
    for (int c = 1; c < columns; c++) {
      quantities.add(c);
    }
  }

  private List<Measurement> measurements(List<String> cells) {
    Measurement.Builder common = Measurement.newBuilder().setReplica(replica);
    common.setConfigurationId(whole(cells.get(id), "id"));
    if (replicaColumn >= 0) {
      long number = whole(cells.get(replicaColumn), "replica");
      if (number >= 1L << 32 || number < 0) {
        throw new IllegalArgumentException(
            "replica: " + cells.get(replicaColumn) + " (expected: 0 to 2^32 - 1)");
      }
      common.setReplica((int) number);
    }
    if (logWeight >= 0) {
      common.setLogWeight(real(cells.get(logWeight), "log_weight"));
    }
    String of = seriesColumn >= 0 ? prefix + cells.get(seriesColumn) : series;
    List<Measurement> measurements = new ArrayList<>();
    if (of != null) {
      common.setSeries(of);
      for (int c : quantities) {
        common.addValues(real(cells.get(c), "value"));
      }
      measurements.add(common.build());
    } else {
      for (int q = 0; q < names.size(); q++) {
        measurements.add(
            common
                .clone()
                .setSeries(prefix + names.get(q))
                .addValues(real(cells.get(quantities.get(q)), names.get(q)))
                .build());
      }
    }
    return measurements;
  }

  private static long whole(String cell, String name) {
    try {
      return Long.parseUnsignedLong(cell);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          name + ": " + cell + " (expected: a whole number, at least 0)", e);
    }
  }

  private static double real(String cell, String name) {
    try {
      return Double.parseDouble(cell);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(name + ": " + cell + " (expected: a number)", e);
    }
  }
}
