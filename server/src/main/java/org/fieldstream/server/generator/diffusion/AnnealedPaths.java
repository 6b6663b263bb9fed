package org.fieldstream.server.generator.diffusion;

import org.fieldstream.server.theory.Target;
import org.jspecify.annotations.Nullable;

/** The paths that a trained score allows: one for each target that it can be bent to. Immutable. */
public interface AnnealedPaths {
  /** What the score was trained on. */
  Target target();

  /**
   * Checks a requested target and fills in what it leaves out.
   *
   * @param requested the request's target; null where the request has none
   * @throws org.fieldstream.server.theory.BadTargetException naming the field at fault
   */
  Target resolve(@Nullable Target requested);

  /** The path to a resolved target. */
  AnnealedPath to(Target resolved);
}
