package org.fieldstream.server.training;

import java.io.IOException;
import java.util.function.BooleanSupplier;
import org.fieldstream.server.generator.Model;
import org.jspecify.annotations.Nullable;

/** A training that can be stopped and continued. */
public interface Training extends AutoCloseable {
  /** Number of trained values. */
  int parameters();

  /**
   * Trains to the end and writes the model directory.
   *
   * @param stop asked after each step; true stops early, keeping the checkpoint and writing no
   *     model
   * @return the model, null if stopped
   */
  @Nullable Model run(BooleanSupplier stop) throws IOException;

  @Override
  default void close() {}
}
