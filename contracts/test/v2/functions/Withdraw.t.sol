// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IAIModelTrainingV2} from "../../../src/IAIModelTrainingV2.sol";
import {vm} from "../../Vm.sol";
import {
    ContractWallet,
    GasBurningWallet,
    ReenteringWallet,
    RevertingWallet
} from "../../receivers/Receivers.sol";
import {EscrowTestV2} from "../EscrowTestV2.sol";

contract WithdrawV2Test is EscrowTestV2 {
    function owe(ContractWallet wallet) private {
        vm.deal(address(wallet), STAKE);
        wallet.call(address(escrow), STAKE, abi.encodeCall(escrow.createJob, (terms())));
        wallet.call(address(escrow), 0, abi.encodeCall(escrow.cancelJob, (escrow.jobCount())));
    }

    function withdraw(ContractWallet wallet) private {
        wallet.call(address(escrow), 0, abi.encodeCall(escrow.withdraw, ()));
    }

    function test_given_nothing_owed_it_reverts() external {
        vm.prank(alice);
        expectError(abi.encodeWithSelector(IAIModelTrainingV2.NothingToWithdraw.selector, alice));
        escrow.withdraw();
    }

    function test_given_a_caller_that_cannot_receive_it_reverts_and_keeps_the_balance() external {
        RevertingWallet wallet = new RevertingWallet();
        owe(wallet);
        vm.prank(address(wallet));
        expectError(
            abi.encodeWithSelector(IAIModelTrainingV2.WithdrawalFailed.selector, address(wallet), STAKE)
        );
        escrow.withdraw();
        assertEq(escrow.withdrawableWei(address(wallet)), STAKE, "still owed");
    }

    function test_it_pays_all_that_is_owed_once() external {
        RevertingWallet wallet = new RevertingWallet();
        owe(wallet);
        wallet.setAccepts(true);
        vm.expectEmit(address(escrow));
        emit IAIModelTrainingV2.Withdrawn(address(wallet), STAKE);
        withdraw(wallet);
        assertEq(address(wallet).balance, STAKE, "paid");
        expectError(abi.encodeWithSelector(IAIModelTrainingV2.NothingToWithdraw.selector, address(wallet)));
        withdraw(wallet);
    }

    function test_a_caller_that_reenters_is_paid_once() external {
        createJob();
        ReenteringWallet wallet = new ReenteringWallet();
        owe(wallet);
        wallet.arm(address(escrow), abi.encodeCall(escrow.withdraw, ()));
        wallet.setAccepts(true);
        withdraw(wallet);
        assertTrue(!wallet.reentered(), "no second payment");
        assertEq(address(wallet).balance, STAKE, "paid once");
        assertEq(address(escrow).balance, STAKE, "the other job's stake is there");
    }
}
