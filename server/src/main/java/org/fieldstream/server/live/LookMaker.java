package org.fieldstream.server.live;

import java.util.ArrayList;
import java.util.List;
import org.fieldstream.server.session.StreamPlan;
import org.fieldstream.server.session.WatchedLevels;

/**
 * Makes pictures of a stream's configurations, at the cost of a pass over all sites of the plane
 * that is shown, for the field and for each level. Used by the device's thread, as the theory.
 */
final class LookMaker {
  private final FieldSlice slice;
  private final FieldSlice small;
  private final WatchedLevels levels;

  /** Levels that are shown: the first, the last, and some between them. */
  private final List<Integer> shown = new ArrayList<>();

  LookMaker(StreamPlan plan) {
    slice = new FieldSlice(plan.theory());
    small = new FieldSlice(plan.theory(), DenoisingPicture.CELLS);
    levels = plan.levels();
    int count = Math.min(levels.count(), DenoisingPicture.MOST);
    for (int k = 0; k < count; k++) {
      shown.add(count == 1 ? 0 : (int) Math.round(k * (levels.count() - 1) / (double) (count - 1)));
    }
  }

  /**
   * Looks.
   *
   * @param index index of the configuration
   * @param fields {@code [components][L0]...} from {@code offset} on; not modified
   * @param atLevels the same at the stream's levels of noise; not modified
   */
  Look of(long index, float[] fields, float[][] atLevels, int offset) {
    FieldPicture field = slice.of(index, fields, offset);
    if (shown.isEmpty()) {
      return new Look(field, null);
    }
    return new Look(
        field,
        new DenoisingPicture(
            shown.stream().map(levels.sigmas()::get).toList(),
            shown.stream().map(k -> small.of(index, atLevels[k], offset)).toList(),
            levels.count()));
  }
}
