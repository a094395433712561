"""Our weights for libraries whose images are [height, width, channels] and whose kernels are [height, width, in, out]."""

def channels_last(weights):
    """Turns the kernels, and the rows of the dense matrix that follows the last of them."""
    turned, channels = [], 0
    for values in weights:
        if values.ndim == 4:
            channels = len(values)
            values = values.transpose(2, 3, 1, 0)
        elif values.ndim == 2 and channels > 0:
            side = round((len(values) / channels) ** 0.5)
            values = values.reshape(channels, side, side, -1).transpose(1, 2, 0, 3).reshape(values.shape)
            channels = 0
        turned.append(values)
    return turned
