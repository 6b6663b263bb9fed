/**
 * What can go wrong towards a client. A fault found anywhere in the server enters as a {@link
 * org.fieldstream.server.error.ServiceException}; its code, field and sentence leave through the
 * gRPC front, which alone knows status codes.
 *
 * <p>Start here: {@link org.fieldstream.server.error.ErrorCode}.
 */
@NullMarked
package org.fieldstream.server.error;

import org.jspecify.annotations.NullMarked;
