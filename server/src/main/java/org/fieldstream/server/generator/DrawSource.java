package org.fieldstream.server.generator;

import java.util.BitSet;

/**
 * Independent draws from a normalised density q. Draw (seed, index) is a function of the model and
 * the machine kind and of nothing else, so lanes of many subscribers may share one call.
 *
 * <p>Not thread-safe: called on the device's one worker thread only, where it may take long.
 */
public interface DrawSource extends AutoCloseable {
  /** Shape of each configuration. */
  FieldShape shape();

  /**
   * The number of lanes that keeps the machine busy; a call may bring any number from 1 up to this.
   */
  int preferredLanes();

  /**
   * Does part of the work of the draw that will be asked for, about half a second of it; what
   * {@link #draw} gives does not depend on it. Other arguments than last time let go of what was
   * done.
   *
   * @param seeds as for {@link #draw}; not modified
   * @param indices as for {@link #draw}; not modified
   * @param count as for {@link #draw}
   * @return true once {@link #draw} with the same arguments has all of it done, or as good as all
   */
  default boolean advance(long[] seeds, long[] indices, int count) {
    return true;
  }

  /**
   * The same where the draws will be asked for with their way out of noise.
   *
   * @param levels as for {@link #draw(long[], long[], int, BitSet)}; not modified
   */
  default boolean advance(long[] seeds, long[] indices, int count, BitSet levels) {
    return advance(seeds, indices, count);
  }

  /**
   * Draws one configuration per lane.
   *
   * @param seeds stream seed of each lane; not modified
   * @param indices index of the draw within its stream, of each lane; not modified
   * @param count lanes used, 1 to {@link #preferredLanes()}
   */
  DrawBatch draw(long[] seeds, long[] indices, int count);

  /**
   * The same draws, bit for bit, on their way out of noise where this is a source of {@link
   * Model.Draws#openDenoising}.
   *
   * @param levels positions among {@link Model.Draws#noiseLevels} that are wanted; the batch's
   *     others may be empty; not modified
   */
  default DrawBatch draw(long[] seeds, long[] indices, int count, BitSet levels) {
    return draw(seeds, indices, count);
  }

  /** Lets go of what {@link #advance} did for draws that nobody will ask for after all. */
  default void forget() {}

  @Override
  void close();
}
