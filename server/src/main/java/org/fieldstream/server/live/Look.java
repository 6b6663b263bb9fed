package org.fieldstream.server.live;

import org.jspecify.annotations.Nullable;

/**
 * What was seen of one configuration.
 *
 * @param field the configuration
 * @param denoising its way out of noise; null where the stream does not carry it
 */
record Look(FieldPicture field, @Nullable DenoisingPicture denoising) {}
