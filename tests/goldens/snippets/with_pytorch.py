import torch

w = torch.tensor([5.0, 4.0], dtype=torch.float64, requires_grad=True)
rmsprop = torch.optim.RMSprop([w], lr=0.1, alpha=0.9, eps=1e-6)
for _ in range(61):
    rmsprop.zero_grad()
    (w**2).sum().backward()
    rmsprop.step()
