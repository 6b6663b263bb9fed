package org.fieldstream.client.cli;

import java.io.IOException;
import java.util.List;
import org.fieldstream.v1.Measurement;

/** Measurements in a text, line by line. Not thread-safe. */
interface MeasurementReader {
  /**
   * The measurements of a line.
   *
   * @return none where the line has none, such as a comment
   * @throws IllegalArgumentException saying what is wrong with the line, without its number
   * @throws IOException never, but for the sake of libraries
   */
  List<Measurement> read(String line) throws IOException;
}
