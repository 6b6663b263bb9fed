package org.fieldstream.server.ensemble.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.fieldstream.server.ensemble.EnsembleSpec;
import org.fieldstream.server.session.Precision;

/** An ensemble in files of another program, opened for reading. Not thread-safe. */
public interface ForeignEnsemble extends AutoCloseable {
  /** What its files say that it is; empty where they do not. */
  Optional<EnsembleSpec> spec();

  /** Number format of its fields. */
  Precision precision();

  /** Configurations. */
  int size();

  /** Shape of one configuration, without or with a leading number of components. */
  List<Integer> shape();

  /**
   * Monte Carlo time of each configuration.
   *
   * @return empty where its files do not say
   */
  long[] ids();

  /** Replica of each configuration; empty where its files do not say. */
  int[] replicas();

  /** S of each configuration; empty where its files do not say. */
  double[] actions();

  /** Log weight of each configuration (nats); empty where its files do not say. */
  double[] logWeights();

  /**
   * Fields of some configurations.
   *
   * @return little-endian, C order
   */
  ByteBuffer fields(int first, int count) throws IOException;

  @Override
  void close() throws IOException;
}
